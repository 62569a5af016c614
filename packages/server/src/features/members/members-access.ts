/** What other parts may ask of members. */
export { findChangedMembers, findGovernors, findMember, findMembers } from "./members-store.ts";
