/** A sleep that can be cut short. */

export type Alarm = {
  /** Sleeps until the time has passed or it rings; not at all if it rang since the last sleep. */
  sleep(ms: number): Promise<void>;
  ring(): void;
};

export function createAlarm(): Alarm {
  let hasRung = false;
  let wakeUp = (): void => {};
  return {
    async sleep(ms) {
      if (!hasRung) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, ms);
          wakeUp = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      hasRung = false;
    },
    ring() {
      hasRung = true;
      wakeUp();
    },
  };
}
