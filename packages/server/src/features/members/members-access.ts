/** What other parts may ask of members. */
export { findChangedMembers, findMembers } from "./members-store.ts";
