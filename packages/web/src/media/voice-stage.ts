/** The one sound that plays: a message's goes on while its bubble is scrolled away, and ends with its room. */

export type VoiceState = {
  status: "idle" | "loading" | "playing" | "paused" | "failed";
  /** Milliseconds from its beginning. */
  positionMs: number;
  /** As the browser has found it; 0 while it has not. */
  lengthMs: number;
};

/** Which message comes after which, for those on the screen: recordings that follow each other play on. */
type Follower = { play(): void };

const idle: VoiceState = { status: "idle", positionMs: 0, lengthMs: 0 };
const speeds = [1, 1.5, 2] as const;
type Speed = (typeof speeds)[number];
const speedKey = "pipit.voice-speed";

let audio: HTMLAudioElement | undefined;
let current: string | undefined;
let state: VoiceState = idle;
let frame = 0;
/** Where the page was when it began. */
let place = "";
/** Where those were left that are not on the stage any more. */
const left = new Map<string, number>();
const listeners = new Set<() => void>();
const followers = new Map<string, Follower>();
let next: string | undefined;

export function subscribeToVoice(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The same object as long as nothing has changed. */
export function findVoice(id: string): VoiceState {
  if (id === current) return state;
  const positionMs = left.get(id);
  return positionMs === undefined ? idle : pausedAt(id, positionMs);
}

const pausedStates = new Map<string, VoiceState>();

function pausedAt(id: string, positionMs: number): VoiceState {
  const known = pausedStates.get(id);
  if (known?.positionMs === positionMs) return known;
  const made: VoiceState = { status: "paused", positionMs, lengthMs: 0 };
  pausedStates.set(id, made);
  return made;
}

/** Plays it, from where it was left; what played before pauses. @param following the id of what plays after it */
export function playVoice(id: string, source: string, following?: string): void {
  const element = findAudio();
  next = following;
  if (id !== current || element.src !== source) {
    const from = findVoice(id).positionMs;
    leaveStage();
    current = id;
    left.delete(id);
    element.src = source;
    element.currentTime = from / 1000;
    become({ status: "loading", positionMs: from, lengthMs: 0 });
  }
  place = location.pathname;
  element.playbackRate = readSpeed();
  element.play().catch((error: unknown) => {
    // Pausing it before it has begun is no failure.
    if (current === id && !(error instanceof DOMException && error.name === "AbortError"))
      become({ ...state, status: "failed" });
  });
}

export function pauseVoice(id: string): void {
  if (id === current) audio?.pause();
}

/** Takes it off the stage; it begins anew the next time. */
export function endVoice(id: string): void {
  left.delete(id);
  if (id !== current) return;
  leaveStage();
  left.delete(id);
  tell();
}

export function seekVoice(id: string, positionMs: number): void {
  if (id === current && audio) {
    audio.currentTime = positionMs / 1000;
    become({ ...state, positionMs });
  } else {
    left.set(id, positionMs);
    tell();
  }
}

export function readSpeed(): Speed {
  const kept = Number(localStorage.getItem(speedKey));
  return speeds.find((speed) => speed === kept) ?? 1;
}

/** The next speed, from now on and for all. */
export function turnSpeed(): void {
  const speed = speeds[(speeds.indexOf(readSpeed()) + 1) % speeds.length] ?? 1;
  localStorage.setItem(speedKey, String(speed));
  if (audio) audio.playbackRate = speed;
  tell();
}

/** Says that a recording can follow another. @returns a function that ends it */
export function addFollower(id: string, follower: Follower): () => void {
  followers.set(id, follower);
  return () => {
    if (followers.get(id) === follower) followers.delete(id);
  };
}

function findAudio(): HTMLAudioElement {
  if (audio) return audio;
  const element = new Audio();
  element.preload = "auto";
  element.onplaying = () => {
    become({ ...state, status: "playing" });
    follow();
  };
  // Recordings of some browsers say that they are endless.
  element.ondurationchange = () => {
    if (Number.isFinite(element.duration)) become({ ...state, lengthMs: element.duration * 1000 });
  };
  element.onpause = () => {
    cancelAnimationFrame(frame);
    if (!element.ended) become({ ...state, status: "paused" });
  };
  element.onended = finish;
  element.onerror = () => {
    if (current !== undefined) become({ ...state, status: "failed" });
  };
  audio = element;
  return element;
}

function finish(): void {
  const following = next === undefined ? undefined : followers.get(next);
  cancelAnimationFrame(frame);
  current = undefined;
  become(idle);
  following?.play();
}

// By frames: the four times a second that the element tells of look like a stutter.
function follow(): void {
  cancelAnimationFrame(frame);
  if (!audio || audio.paused) return;
  if (location.pathname !== place) {
    audio.pause();
    return;
  }
  become({ ...state, positionMs: audio.currentTime * 1000 });
  frame = requestAnimationFrame(follow);
}

function leaveStage(): void {
  cancelAnimationFrame(frame);
  if (current !== undefined && state.status !== "failed") left.set(current, state.positionMs);
  current = undefined;
  state = idle;
  audio?.pause();
}

function become(now: VoiceState): void {
  state = now;
  tell();
}

function tell(): void {
  for (const listener of [...listeners]) listener();
}
