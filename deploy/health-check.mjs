/** Whether this container's server is ready: it ends with 0 if so. */
const response = await fetch(`http://127.0.0.1:${process.env.PORT ?? 3000}/readyz`, {
  signal: AbortSignal.timeout(4_000),
});
if (!response.ok) {
  console.error(await response.text());
  process.exitCode = 1;
}
