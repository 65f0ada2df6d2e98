/* global acquireVsCodeApi, document, window */
// The page of the component diagram: shows the SVG that the extension sends, and tells it what was chosen.
// It knows nothing of CAmkES; what a shape stands for is in its data-kind and data-id.
const vscode = acquireVsCodeApi();
const stage = document.getElementById('stage');
const note = document.getElementById('note');
const smallest = 0.2;
const largest = 4;
// Smaller than this nobody reads the names, so a diagram that would not fit is scrolled.
const smallestFit = 0.5;
// Undefined while the diagram is fitted into the view.
let scale = vscode.getState()?.scale;

function show({ svg, message }) {
  note.textContent = message ?? '';
  if (svg === undefined) return;
  const kept = document.activeElement?.dataset ?? {};
  // The SVG comes from our own language server, which escapes every name; the page allows no other script.
  stage.innerHTML = svg;
  draw();
  const isKept = ({ dataset }) => dataset.kind === kept.kind && dataset.id === kept.id;
  if (kept.id !== undefined) [...stage.querySelectorAll('[data-id]')].find(isKept)?.focus();
}

function draw() {
  const svg = stage.querySelector('svg');
  if (svg === null) return;
  const { width, height } = svg.viewBox.baseVal;
  const shown = scale ?? fitting(width, height);
  svg.setAttribute('width', `${width * shown}`);
  svg.setAttribute('height', `${height * shown}`);
}

function fitting(width, height) {
  const room = Math.min(stage.clientWidth / width, stage.clientHeight / height);
  return Math.min(1, Math.max(smallestFit, room));
}

function zoomTo(wanted) {
  scale = wanted === undefined ? undefined : Math.min(largest, Math.max(smallest, wanted));
  vscode.setState({ scale });
  draw();
}

function zoomBy(factor) {
  const svg = stage.querySelector('svg');
  if (svg !== null) zoomTo((svg.width.baseVal.value / svg.viewBox.baseVal.width) * factor);
}

function choose(target) {
  const shape = target.closest('[data-id]');
  if (shape !== null)
    vscode.postMessage({ what: 'open', key: `${shape.dataset.kind} ${shape.dataset.id}` });
}

const actions = {
  larger: () => zoomBy(1.25),
  smaller: () => zoomBy(1 / 1.25),
  actual: () => zoomTo(1),
  fit: () => zoomTo(undefined),
  table: () => vscode.postMessage({ what: 'table' }),
  export: () => vscode.postMessage({ what: 'export' }),
};
const keys = {
  ...{ '+': actions.larger, '=': actions.larger, '-': actions.smaller },
  ...{ 0: actions.actual, f: actions.fit, F: actions.fit },
};

window.addEventListener('message', ({ data }) => show(data));
window.addEventListener('resize', draw);
stage.addEventListener('click', ({ target }) => choose(target));
stage.addEventListener(
  'wheel',
  (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoomBy(event.deltaY < 0 ? 1.1 : 1 / 1.1);
  },
  { passive: false },
);
document.addEventListener('keydown', (event) => {
  if ((event.key === 'Enter' || event.key === ' ') && event.target.closest('[data-id]') !== null) {
    event.preventDefault();
    choose(event.target);
  } else if (!event.ctrlKey && !event.metaKey && !event.altKey) keys[event.key]?.();
});
for (const button of document.querySelectorAll('button'))
  button.addEventListener('click', () => actions[button.id]());
vscode.postMessage({ what: 'ready' });
