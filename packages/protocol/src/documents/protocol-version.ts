/** The version of the wire contract: raised by whoever changes the tables, with a line in CHANGES.md. */

export const protocolVersion = "0.6.0";
