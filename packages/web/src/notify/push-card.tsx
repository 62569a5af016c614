/** Offers notifications, once somebody has something to wait for: after their first message. */
import { useOutbox } from "@pipit/react";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { canAsk, hasDeclined } from "./push-offer.ts";

const Offer = lazy(() => import("./push-offer-card.tsx").then((card) => ({ default: card.PushOfferCard })));

/** Nothing, as long as there is no reason to ask. */
export function PushCard(): ReactNode {
  const hasSent = useHasSent();
  const [isOver, setOver] = useState(hasDeclined);
  if (isOver || !hasSent || !canAsk()) return null;
  return (
    <Suspense fallback={null}>
      <Offer onDone={() => setOver(true)} />
    </Suspense>
  );
}

/** Whether a message has gone out since the page was opened: it was in the outbox, and is no more. */
function useHasSent(): boolean {
  const { items } = useOutbox();
  const [hasSent, setSent] = useState(false);
  const waited = useRef(false);
  const waits = items.some(({ action }) => action.kind === "send");
  useEffect(() => {
    if (waited.current && !waits) setSent(true);
    waited.current = waits;
  }, [waits]);
  return hasSent;
}
