/** The page: who is signed in decides what it shows. */
import { lazy, type ReactNode, Suspense } from "react";
import { SessionProvider, useSession } from "../session/session.tsx";
import { Failure } from "../ui/notices.tsx";
import { Loading } from "../ui/spinner.tsx";
import { ToastProvider } from "../ui/toasts.tsx";
import { TooltipLayer } from "../ui/tooltip.tsx";
import { ChatProvider } from "./chat-provider.tsx";
import { ErrorBoundary } from "./error-boundary.tsx";
import { Pages } from "./pages.tsx";

// Whoever is signed in already does not load it.
const SignInPage = lazy(() => import("../session/sign-in-page.tsx").then((page) => ({ default: page.SignInPage })));

const soonMs = 1_500;

// It looks after the service worker, too, whoever is signed in: not while what can be read is still on its way.
const UpdatePrompt = lazy(async () => {
  await new Promise((resolve) => setTimeout(resolve, soonMs));
  const { UpdatePrompt: prompt } = await import("../notify/update-prompt.tsx");
  return { default: prompt };
});

export function App(): ReactNode {
  return (
    <ErrorBoundary>
      <ToastProvider>
        <SessionProvider>
          <Suspense fallback={<Loading />}>
            <Page />
          </Suspense>
        </SessionProvider>
      </ToastProvider>
      <Suspense fallback={null}>
        <UpdatePrompt />
      </Suspense>
      <TooltipLayer />
    </ErrorBoundary>
  );
}

function Page(): ReactNode {
  const { state, retry } = useSession();
  if (state.status === "loading") return <Loading />;
  if (state.status === "failed") return <Failure onRetry={retry} />;
  if (state.status === "signed-out") return <SignInPage />;
  return (
    <ChatProvider key={`${state.identity.source} ${state.identity.userId}`} identity={state.identity}>
      <Pages />
    </ChatProvider>
  );
}
