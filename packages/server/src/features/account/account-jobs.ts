/** The job of archived rooms. */
import { unarchiveRooms } from "./unarchive-rooms.ts";

export const accountJobs = { "rooms.unarchive": unarchiveRooms };
