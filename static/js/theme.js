// Before the first paint: light or dark, as the person chose or as the device is.
(() => {
  const root = document.documentElement;
  const device = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const chosen = root.dataset.theme;
    root.dataset.bsTheme = chosen === "auto" || !chosen ? (device.matches ? "dark" : "light") : chosen;
  };
  device.addEventListener("change", show);
  show();
})();
