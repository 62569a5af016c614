/** Where the page begins. */
import "./styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { startWords } from "./i18n/words.ts";

const root = document.getElementById("root");
if (!root) throw new Error("The page has no #root.");
const place = root;
void startWords().then(() =>
  createRoot(place).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
);
