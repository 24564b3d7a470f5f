// Runs before the first paint, so that a chosen theme never flashes the other one. No choice means the system's.
try {
  const theme = localStorage.getItem("berth.theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // storage is refused in some private windows; the system's preference stands
}
