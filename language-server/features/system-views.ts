/** Views of a whole system: its diagram, the same as a table, its capDL, its memory, its authority. */
import { authorityDifference } from '../../runtime/authority/authority-difference.js';
import { authorityDifferenceText } from '../../runtime/authority/authority-difference-text.js';
import type { Result } from '../../runtime/base/result.js';
import { fail, ok } from '../../runtime/base/result.js';
import type { CapabilityState } from '../../runtime/image/capability-state.js';
import { memoryMapOfSpec } from '../../runtime/toolchain/camkes/memory-map.js';
import { memoryMapText } from '../../runtime/toolchain/camkes/memory-map-text.js';
import { capabilityStateOfSpec } from '../../runtime/toolchain/capdl/capability-state.js';
import { printSpec } from '../../runtime/toolchain/capdl/print.js';
import type { ComponentDiagram } from '../../runtime/toolchain/diagram/component-diagram.js';
import { layoutDiagram } from '../../runtime/toolchain/diagram/diagram-layout.js';
import { diagramSvg } from '../../runtime/toolchain/diagram/diagram-svg.js';
import { diagramTable } from '../../runtime/toolchain/diagram/diagram-table.js';
import type { Documents } from '../documents.js';
import type { SystemSource } from '../language.js';
import type { Languages } from '../languages.js';
import type { DiagramView, NoView, TextView } from '../protocol.js';

export class SystemViews {
  private readonly documents: Documents;
  private readonly languages: Languages;

  constructor(documents: Documents, languages: Languages) {
    this.documents = documents;
    this.languages = languages;
  }

  async diagram(uri: string): Promise<DiagramView | NoView> {
    const found = this.components(uri);
    if (!found.ok) return none(found.error);
    const { root, diagram } = found.value;
    const svg = diagramSvg(diagram, await layoutDiagram(diagram));
    return {
      kind: 'diagram',
      root: this.documents.uriOf(root),
      title: baseName(root),
      svg,
      places: this.placesOf(diagram),
    };
  }

  diagramTable(uri: string): TextView | NoView {
    const found = this.components(uri);
    return found.ok
      ? this.textOf(found.value.root, diagramTable(found.value.diagram))
      : none(found.error);
  }

  capdl(uri: string): TextView | NoView {
    const source = this.sourceOf(uri);
    return source.ok
      ? this.textOf(
          source.value.root,
          printSpec(source.value.spec(), { folder: folderOf(source.value.root) }),
        )
      : none(source.error);
  }

  memoryMap(uri: string): TextView | NoView {
    const source = this.sourceOf(uri);
    return source.ok
      ? this.textOf(source.value.root, memoryMapText(memoryMapOfSpec(source.value.spec())))
      : none(source.error);
  }

  authorityDifference(before: string, after: string): TextView | NoView {
    const [old, now] = [this.sourceOf(before), this.sourceOf(after)];
    if (!old.ok) return none(old.error);
    if (!now.ok) return none(now.error);
    const stateOf = ({ spec }: SystemSource): CapabilityState => capabilityStateOfSpec(spec());
    const difference = authorityDifference(stateOf(old.value), stateOf(now.value));
    const names = `${baseName(old.value.root)} → ${baseName(now.value.root)}`;
    return textView(names, authorityDifferenceText(difference));
  }

  private textOf(root: string, text: string): TextView {
    return { ...textView(root, text), root: this.documents.uriOf(root) };
  }

  private sourceOf(uri: string): Result<SystemSource, string> {
    const file = this.documents.pathOf(uri);
    return (
      this.languages.of(file)?.systemOf?.(file) ??
      fail(`${baseName(file)} describes no system: open a .camkes or a .cdl file.`)
    );
  }

  private components(
    uri: string,
  ): Result<{ readonly root: string; readonly diagram: ComponentDiagram }, string> {
    const source = this.sourceOf(uri);
    if (!source.ok) return source;
    const { root, diagram } = source.value;
    return diagram === undefined
      ? fail(`${baseName(root)} has no components: a specification knows objects alone.`)
      : ok({ root, diagram: diagram() });
  }

  private placesOf({ boxes, wires }: ComponentDiagram): DiagramView['places'] {
    const things = [
      ...boxes.map(({ id, place }) => ({ key: `box ${id}`, place })),
      ...boxes.flatMap(({ ports }) => ports.map(({ id, place }) => ({ key: `port ${id}`, place }))),
      ...wires.map(({ id, place }) => ({ key: `wire ${id}`, place })),
    ];
    return Object.fromEntries(
      things.map(({ key, place: { file, range } }) => [
        key,
        { uri: this.documents.uriOf(file), range },
      ]),
    );
  }
}

const textView = (root: string, text: string): TextView => ({
  kind: 'text',
  title: baseName(root),
  text,
});

const none = (message: string): NoView => ({ kind: 'none', message });

const folderOf = (file: string): string => file.replace(/\/[^/]*$/, '');

const baseName = (file: string): string => file.replace(/^.*\//, '');
