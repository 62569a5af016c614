/** How far something is, around what it is about. */
import type { ReactNode } from "react";

/** @param share from 0 to 1. Fills what stands around it, which has to say it in words. */
export function ProgressRing({ share, className = "" }: { share: number; className?: string }): ReactNode {
  return (
    <svg viewBox="0 0 36 36" aria-hidden className={`absolute inset-0 -rotate-90 ${className}`}>
      <circle
        cx="18"
        cy="18"
        r="16"
        fill="none"
        stroke="currentColor"
        strokeWidth="2.2"
        strokeLinecap="round"
        pathLength="1"
        strokeDasharray={`${share} 1`}
        className="transition-[stroke-dasharray] duration-200"
      />
    </svg>
  );
}
