/** Draws the REST reference. Whatever would leave this origin is switched off. */
/* global Scalar */

const own = window.location.origin;

Scalar.createApiReference("#reference", {
  url: "/openapi.json",
  title: "Pipit REST API",
  theme: "none",
  withDefaultFonts: false,
  telemetry: false,
  agent: { disabled: true },
  mcp: { disabled: true },
  hideClientButton: true,
  showDeveloperTools: "never",
  persistAuth: false,
  // The bar above follows the system's choice of light or dark, and so must this.
  hideDarkModeToggle: true,
  modelsSectionLabel: "Schemas",
  authentication: { preferredSecurityScheme: "userToken" },
  externalUrls: { dashboardUrl: own, registryUrl: own, proxyUrl: own, apiBaseUrl: own },
  defaultHttpClient: { targetKey: "shell", clientKey: "curl" },
});
