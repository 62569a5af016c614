/** Runs before anything is drawn, so that a dark page does not flash white first. */
import { applyTheme, readTheme } from "./theme.ts";

applyTheme(readTheme());
