/** Content with a shape of its own: somebody to talk to, and a place on the map. */
import type { Contact, Location } from "@pipit/protocol/models/content";
import { MapPin } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Avatar } from "../ui/avatar.tsx";
import { useDeeds } from "./deeds.ts";

export function ContactContent({ contact }: { contact: Contact }): ReactNode {
  const { t } = useTranslation("conversation");
  const { talkTo, me } = useDeeds();
  const { name, organisation, phones = [], emails = [], user_id: userId } = contact;
  return (
    <div className="w-64 max-w-full">
      <div className="flex items-center gap-3 py-1">
        <Avatar id={userId ?? name} name={name} url={undefined} size={44} />
        <div className="min-w-0">
          <p dir="auto" className="truncate font-semibold">
            {name}
          </p>
          {organisation && (
            <p dir="auto" className="truncate text-sm text-muted">
              {organisation}
            </p>
          )}
        </div>
      </div>
      <ul className="text-sm">
        {phones.map((phone) => (
          <li key={phone}>
            <a dir="ltr" className="text-link hover:underline" href={`tel:${phone.replace(/[^+\d*#]/g, "")}`}>
              {phone}
            </a>
          </li>
        ))}
        {emails.map((email) => (
          <li key={email}>
            <a dir="ltr" className="break-all text-link hover:underline" href={`mailto:${email}`}>
              {email}
            </a>
          </li>
        ))}
      </ul>
      {userId && userId !== me && (
        <button
          type="button"
          onClick={() => talkTo(userId)}
          className="mt-2 min-h-10 w-full border-t border-line pt-1 text-sm font-semibold text-accent hover:underline"
        >
          {t("contact.message")}
        </button>
      )}
    </div>
  );
}

/** Leads to a map; no map is fetched for it, since that would tell others where one looks. */
export function LocationContent({ location }: { location: Location }): ReactNode {
  const { t } = useTranslation("conversation");
  const { latitude, longitude, name, address } = location;
  const place = `${latitude.toFixed(5)}, ${longitude.toFixed(5)}`;
  const href = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" className="block w-64 max-w-full">
      <span className="sr-only">{t("location.open")} </span>
      <span
        aria-hidden
        className="flex h-28 items-center justify-center rounded-xl bg-accent-soft bg-[linear-gradient(var(--line)_1px,transparent_1px),linear-gradient(90deg,var(--line)_1px,transparent_1px)] bg-[length:1.5rem_1.5rem] text-accent"
      >
        <MapPin className="size-10 fill-raised" />
      </span>
      <span dir="auto" className="mt-1.5 block truncate font-semibold">
        {name ?? t("kind.location")}
      </span>
      <span dir="auto" className="block truncate text-sm text-muted">
        {address ?? place}
      </span>
    </a>
  );
}
