import "../styles/print.css";
import { render, type TemplateResult } from "lit";

/** Prints this and nothing else of the page: slips with a password, recovery codes, one label. */
export function printAlone(sheet: TemplateResult): void {
  const root = document.createElement("div");
  root.className = "print-alone";
  render(sheet, root);
  document.body.append(root);
  document.documentElement.dataset.print = "alone";
  const end = () => {
    delete document.documentElement.dataset.print;
    root.remove();
  };
  addEventListener("afterprint", end, { once: true });
  print();
}
