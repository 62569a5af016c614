/** What other parts may ask of those who have left a room. */
export { type Departure, findDeparture, isCarriedInPast } from "./departures-store.ts";
