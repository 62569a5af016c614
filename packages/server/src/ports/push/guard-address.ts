/** Keeps requests to addresses that users give from leading into our own network (server-side request forgery). */
import { Resolver } from "node:dns/promises";
import { BlockList, isIP, isIPv4, type LookupFunction } from "node:net";

/** Where a URL leads is not where one may be sent. */
export class ForbiddenAddress extends Error {}

export type AddressGuard = {
  /** @throws {ForbiddenAddress} for what is not https, has credentials, or names an address that is not public */
  check(url: URL): void;
  /**
   * Resolves a name for a connection, which is made to what was checked. Fails with {@link ForbiddenAddress}, for a name
   * that is not there as for one that leads inside: who gave it is not to learn which names there are.
   * @param signal gives the look-up up
   */
  lookup(signal: AbortSignal): LookupFunction;
};

type Found = { address: string; family: number };

/** Of one name server; there may be a few, one after the other. */
const patienceMs = 2_000;

/** @param allowLoopback lets requests to this machine itself through, also without TLS; for tests */
export function createAddressGuard({ allowLoopback }: { allowLoopback: boolean }): AddressGuard {
  const isAllowed = (address: string): boolean => isPublic(address) || (allowLoopback && isLoopback(address));
  return {
    check(url) {
      const host = url.hostname.replace(/^\[|\]$/g, "");
      const mayBePlain = allowLoopback && (host === "localhost" || isLoopback(host));
      if (url.protocol !== "https:" && !(url.protocol === "http:" && mayBePlain)) throw forbidden("is not https");
      if (url.username !== "" || url.password !== "") throw forbidden("has credentials");
      // The look-up is not asked for what is an address already.
      if (isIP(host) !== 0 && !isAllowed(host)) throw forbidden("is not public");
    },
    lookup: (signal) => (hostname, options, callback) => {
      findAddresses(hostname, signal).then(
        (addresses) => {
          const first = addresses[0];
          const isGood = first !== undefined && addresses.every(({ address }) => isAllowed(address));
          if (!isGood) return callback(forbidden("is not public"), []);
          if (options.all) callback(null, addresses);
          else callback(null, first.address, first.family);
        },
        (error: Error) => callback(error, []),
      );
    },
  };
}

/**
 * Asks name servers itself. The system's own look-up (getaddrinfo) can't be given up and has few threads: names whose
 * server never answers would keep the whole process from resolving any.
 * @returns none for a name that is not there. @throws when that could not be found out
 */
async function findAddresses(hostname: string, signal: AbortSignal): Promise<Found[]> {
  if (hostname.toLowerCase() === "localhost") return [{ address: "127.0.0.1", family: 4 }];
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: patienceMs, tries: 1 });
  const cancel = (): void => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  try {
    const asked = [resolver.resolve4(hostname), resolver.resolve6(hostname)];
    const [found4, found6] = await Promise.allSettled(asked);
    const found = [...toFound(found4, 4), ...toFound(found6, 6)];
    const failed = [found4, found6].find((answer) => answer?.status === "rejected" && !isAbsent(answer.reason));
    if (found.length === 0 && failed?.status === "rejected") throw failed.reason;
    return found;
  } finally {
    signal.removeEventListener("abort", cancel);
  }
}

function toFound(answer: PromiseSettledResult<string[]> | undefined, family: number): Found[] {
  return answer?.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOTFOUND" || code === "ENODATA" || code === "EBADNAME";
}

function forbidden(why: string): ForbiddenAddress {
  return new ForbiddenAddress(`the endpoint's address ${why}`);
}

// https://www.iana.org/assignments/iana-ipv4-special-registry: what is not globally reachable, and multicast.
const special4 = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
] as const) {
  special4.addSubnet(network, bits, "ipv4");
}

// Of IPv6 only what is handed out is public, and of that not what leads into IPv4 (Teredo, 6to4) or is for documents.
const global6 = new BlockList();
global6.addSubnet("2000::", 3, "ipv6");
const special6 = new BlockList();
for (const [network, bits] of [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const) {
  special6.addSubnet(network, bits, "ipv6");
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether an address is one of the public internet's. */
function isPublic(address: string): boolean {
  if (isIPv4(address)) return !special4.check(address, "ipv4");
  return global6.check(address, "ipv6") && !special6.check(address, "ipv6");
}

function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && loopback.check(address, family === 4 ? "ipv4" : "ipv6");
}
