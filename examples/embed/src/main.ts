/** Runs the host product: `npm start --workspace @pipit/example-embed`. */
import { randomBytes } from "node:crypto";
import { createHostApp } from "./host-app.ts";

const port = 3001;
const { server, close } = await createHostApp(randomBytes(32).toString("base64url"));
server.listen(port, () => console.log(`The portal is at http://localhost:${port}`));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void close());
