/** The live connections of this node, as far as their tokens go. */
export interface Sessions {
  /**
   * Lets a socket go on with another token of its user's.
   * @returns when that token ends
   * @throws {AppError} `unauthenticated` for a token that is not good, `forbidden` for one of somebody else
   */
  renew(socketId: string, token: string): Promise<Date>;
}
