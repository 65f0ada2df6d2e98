// Makes mutants of what the kernel decides before it performs anything: one wrong operator, condition or number each.
// All of them stand in one text, each chosen by its number while the program runs: so they are compiled once, and
// a run without any tells which tests come past which of them.
import ts from 'typescript';

/** Functions that change something: what they do is not about what is refused. */
const performing =
  /^(perform|copyRegisters|setPriority|answerConsumed|yieldTo|installHandler|insertUnlessGone|revoke$|userEntry|run$|finish|refused$)/;

/** The text with its mutants; `first` is the number of the first. Adds what each is to `list`. */
export function mutate(file, text, list) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const lines = text.split('\n');
  return emit(source, false);

  function emit(node, isInside) {
    if (isLeftAlone(node)) return node.getFullText();
    let result = '';
    let at = node.getFullStart();
    node.forEachChild((child) => {
      result +=
        text.slice(at, child.getFullStart()) + emit(child, isInside || ts.isFunctionLike(node));
      at = child.getEnd();
    });
    result += text.slice(at, node.getEnd());
    const mutants = isInside ? mutantsOf(node) : [];
    if (mutants.length === 0) return result;
    const line = source.getLineAndCharacterOfPosition(node.getStart()).line + 1;
    const choices = mutants.map((mutant) => {
      list.push({
        file,
        line,
        text: lines[line - 1],
        what: `${node.getText()}  ->  ${mutant}`.replace(/\s+/g, ' '),
      });
      return { number: list.length, mutant };
    });
    const numbers = choices.map(({ number }) => number).join(', ');
    const chosen = choices.map(({ number, mutant }) => `$m.is === ${number} ? (${mutant}) : `);
    return ` ($m.pass(${numbers}), ${chosen.join('')}(${result}))`;
  }
}

/** Types, what only performs, and the sentences for people. */
const isLeftAlone = (node) =>
  ts.isImportDeclaration(node) ||
  ts.isTypeNode(node) ||
  ts.isInterfaceDeclaration(node) ||
  ts.isTypeAliasDeclaration(node) ||
  (ts.isFunctionDeclaration(node) && performing.test(node.name?.text ?? '')) ||
  (ts.isArrowFunction(node) && node.parameters.length === 0 && isSentence(node.body));

const isSentence = (body) =>
  ts.isTemplateExpression(body) || ts.isStringLiteralLike(body) || ts.isConditionalExpression(body);

const relations = {
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '+': ['-'],
  '-': ['+'],
  '&': ['|'],
  '|': ['&'],
};

/** The texts that a node could have instead. */
function mutantsOf(node) {
  const mutants = [];
  if (ts.isBinaryExpression(node)) {
    const operator = node.operatorToken.getText();
    const [left, right] = [node.left.getText(), node.right.getText()];
    for (const other of relations[operator] ?? []) mutants.push(`(${left}) ${other} (${right})`);
    if (operator === '&&' || operator === '||') mutants.push(left, right);
  }
  if (isCondition(node)) mutants.push('true', 'false');
  if (ts.isNumericLiteral(node) && node.parent.name !== node) {
    const value = Number(node.text.replaceAll('_', ''));
    mutants.push(String(value + 1));
    if (value > 0) mutants.push(String(value - 1));
  }
  return mutants;
}

const isCondition = (node) =>
  (ts.isIfStatement(node.parent) && node.parent.expression === node) ||
  (ts.isConditionalExpression(node.parent) && node.parent.condition === node);
