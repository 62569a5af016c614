/** What is shown when drawing failed, instead of nothing. */
import { Component, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../ui/button.tsx";

type Props = { children: ReactNode };

export class ErrorBoundary extends Component<Props, { error: Error | undefined }> {
  override state = { error: undefined as Error | undefined };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error ? <Crash /> : this.props.children;
  }
}

function Crash(): ReactNode {
  const { t } = useTranslation("ui");
  return (
    <div role="alert" className="flex h-full flex-col items-center justify-center gap-4 p-8 text-center">
      <p className="text-lg font-semibold">{t("crashed")}</p>
      <Button onClick={() => location.reload()}>{t("reload")}</Button>
    </div>
  );
}
