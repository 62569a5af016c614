/** Whether this device has a camera to take pictures with. */
import { useEffect, useState } from "react";

/** Where pages may not look at devices at all, there is none. */
export function useHasCamera(): boolean {
  const [hasCamera, setHasCamera] = useState(false);
  useEffect(() => {
    const { mediaDevices } = navigator as Partial<Navigator>;
    if (!mediaDevices) return undefined;
    let isThere = true;
    const look = (): void => {
      mediaDevices.enumerateDevices().then(
        (found) => isThere && setHasCamera(found.some(({ kind }) => kind === "videoinput")),
        () => undefined,
      );
    };
    look();
    mediaDevices.addEventListener("devicechange", look);
    return () => {
      isThere = false;
      mediaDevices.removeEventListener("devicechange", look);
    };
  }, []);
  return hasCamera;
}
