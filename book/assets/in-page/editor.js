// The editor: colours, brackets and indentation over a real text field, which stays what is edited.
import { createEditor } from "./python/editor/dist/index.js";
import "./python/editor/dist/languages/python.js";
import "./python/editor/dist/prism/languages/python.js";
import {
  defaultCommands,
  editHistory,
  setIgnoreTab,
} from "./python/editor/dist/extensions/commands/index.js";
import { matchBrackets } from "./python/editor/dist/extensions/matchBrackets/index.js";
import { highlightBracketPairs } from "./python/editor/dist/extensions/matchBrackets/highlight.js";

const LAYOUT = new URL("python/editor/dist/layout.css", import.meta.url);
const LOOK = new URL("../in-page-editor.css", import.meta.url);
let sheets;

async function sheetOf(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address.pathname} could not be loaded`);
  return new CSSStyleSheet().replace(await answer.text());
}

/** Puts an editor in the place of a text field; returns its own text field. */
export async function attach(field) {
  sheets ??= Promise.all([sheetOf(LAYOUT), sheetOf(LOOK)]);
  const adopted = await sheets;
  const host = document.createElement("div");
  host.className = "dl-editor";
  const root = host.attachShadow({ mode: "open", delegatesFocus: true });
  // Styles of a document need a file; those that a script adopts need no exception in the policy.
  root.adoptedStyleSheets = adopted;
  const editor = createEditor(
    root,
    {
      language: "python",
      value: field.value,
      tabSize: 4,
      insertSpaces: true,
      lineNumbers: false,
      onUpdate(value) {
        if (value === field.value) return;
        field.value = value;
        field.dispatchEvent(new Event("input"));
      },
    },
    matchBrackets(),
    highlightBracketPairs(),
    defaultCommands(),
    editHistory(),
  );
  const own = editor.textarea;
  for (const name of ["aria-label", "aria-describedby"]) {
    if (field.hasAttribute(name)) own.setAttribute(name, field.getAttribute(name));
  }
  letTabLeave(own);
  const had = document.activeElement === field ? [field.selectionStart, field.selectionEnd] : null;
  field.hidden = true;
  field.after(host);
  if (had) {
    own.focus({ preventScroll: true });
    own.setSelectionRange(...had);
  }
  return { focus: () => own.focus(), set: (value) => editor.setOptions({ value }) };
}

/** Tab indents, as in a notebook; after Escape it leaves. */
function letTabLeave(area) {
  area.addEventListener(
    "keydown",
    ({ key }) => {
      if (key === "Escape") setIgnoreTab(true);
      else if (key !== "Tab" && key !== "Shift") setIgnoreTab(false);
    },
    true,
  );
  area.addEventListener("focus", () => setIgnoreTab(false));
}
