// Light or dark: as the machine says, unless the person chose.

export type Look = "auto" | "light" | "dark";

const KEPT = "zegel.look";

export function chosenLook(): Look {
  const chosen = localStorage.getItem(KEPT);
  return chosen === "light" || chosen === "dark" ? chosen : "auto";
}

export function showLook(look: Look): void {
  if (look === "auto") {
    localStorage.removeItem(KEPT);
    delete document.documentElement.dataset["look"];
    return;
  }
  localStorage.setItem(KEPT, look);
  document.documentElement.dataset["look"] = look;
}
