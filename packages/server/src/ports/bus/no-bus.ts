/** The bus of a server that is the only one. */
import type { Bus } from "./bus.ts";

export const noBus: Bus = {
  publish: () => {},
  publishSurely: async () => true,
  listen: async () => {},
  ignore: () => {},
  onMessage: () => {},
  onGap: () => {},
  isThere: () => true,
  close: async () => {},
};
