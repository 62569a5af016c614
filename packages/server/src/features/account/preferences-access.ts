/** What other parts may ask of preferences: how a room shows them. */
export { noPreferences, type PreferencesRow, preferenceNames, toPreferenceFields } from "./preferences-store.ts";
