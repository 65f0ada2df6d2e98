/* global acquireVsCodeApi, document, window */
// The page of the component diagram: shows the SVG that the extension sends, and tells it what was chosen.
// It knows nothing of CAmkES; what a shape stands for is in its data-kind and data-id.
const vscode = acquireVsCodeApi();
const stage = document.getElementById('stage');
const note = document.getElementById('note');
const smallest = 0.2;
const largest = 4;
let scale = vscode.getState()?.scale ?? 1;

function show({ svg, message }) {
  note.textContent = message ?? '';
  if (svg === undefined) return;
  const kept = document.activeElement?.dataset?.id;
  // The SVG comes from our own language server, which escapes every name; the page allows no other script.
  stage.innerHTML = svg;
  zoom(scale);
  if (kept !== undefined) stage.querySelector(`[data-id="${kept}"]`)?.focus();
}

function zoom(wanted) {
  scale = Math.min(largest, Math.max(smallest, wanted));
  vscode.setState({ scale });
  const svg = stage.querySelector('svg');
  if (svg === null) return;
  const { width, height } = svg.viewBox.baseVal;
  svg.setAttribute('width', `${width * scale}`);
  svg.setAttribute('height', `${height * scale}`);
}

function choose(target) {
  const shape = target.closest('[data-id]');
  if (shape !== null)
    vscode.postMessage({ what: 'open', key: `${shape.dataset.kind} ${shape.dataset.id}` });
}

const actions = {
  larger: () => zoom(scale * 1.25),
  smaller: () => zoom(scale / 1.25),
  actual: () => zoom(1),
  table: () => vscode.postMessage({ what: 'table' }),
  export: () => vscode.postMessage({ what: 'export' }),
};
const keys = { '+': actions.larger, '=': actions.larger, '-': actions.smaller, 0: actions.actual };

window.addEventListener('message', ({ data }) => show(data));
stage.addEventListener('click', ({ target }) => choose(target));
stage.addEventListener(
  'wheel',
  (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(scale * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
  },
  { passive: false },
);
document.addEventListener('keydown', (event) => {
  if ((event.key === 'Enter' || event.key === ' ') && event.target.closest('[data-id]') !== null) {
    event.preventDefault();
    choose(event.target);
  } else if (!event.ctrlKey && !event.metaKey) keys[event.key]?.();
});
for (const button of document.querySelectorAll('button'))
  button.addEventListener('click', () => actions[button.id]());
vscode.postMessage({ what: 'ready' });
