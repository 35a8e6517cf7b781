import { describe, expect, it } from 'vitest';
import type { Attributes } from '../model.ts';
import { createExpressionSpace } from './expression.ts';
import { compileTemplate, parseTemplate } from './template.ts';

const names = ['given', 'family', 'mail', 'tags', '部门 编号'];
const space = createExpressionSpace(
  names.map((name) => ({ name, label: { en: name, zh: name }, type: 'string' as const })),
  {},
);
function render(template: string, source: Attributes, numbers = false) {
  const compiled = compileTemplate(template, space, numbers);
  return 'problem' in compiled ? compiled : compiled.template.render(source);
}
const text = (template: string, source: Attributes) => {
  const rendered = render(template, source);
  return 'pieces' in rendered ? rendered.pieces.join('{n}') : rendered;
};

describe('templates', () => {
  it.each<[string, Attributes, string]>([
    ['${given} ${family}', { given: 'Ada', family: 'Lovelace' }, 'Ada Lovelace'],
    ['${given} ${family}', { given: null, family: 'Lovelace' }, 'Lovelace'],
    ['${given} x ${family}', { given: 'Ada', family: null }, 'Ada x'],
    ['a  b ${given}', { given: 'c' }, 'a  b c'],
    ['${部门 编号}', { '部门 编号': 'D1' }, 'D1'],
    ['${lower(mail)}!', { mail: 'A@B' }, 'a@b!'],
    ['${{"}": "x"}["}"]}${given}', { given: 'y' }, 'xy'],
    ["${given + '}'}", { given: 'y' }, 'y}'],
    ['$${given}${given}', { given: 'y' }, '${given}y'],
    ['${tags}', { tags: ['a', 'b'] }, 'a, b'],
    ['{n} $ } {', {}, '{n} $ } {'],
  ])('%s', (template, source, expected) => {
    expect(text(template, source)).toBe(expected);
  });

  it('are unknown when any part is unknown and empty when all parts are empty', () => {
    expect(render('${given} ${family}', { given: 'Ada' })).toEqual({ unknown: true });
    expect(render('${given}@${upper(family)}', { given: null, family: null })).toEqual({ empty: true });
  });

  it('keep the places of the counter apart', () => {
    expect(render('${given}-{n}', { given: 'a' }, true)).toEqual({ pieces: ['a-', ''] });
    expect(render('${given}', { given: 'a{n}' }, true)).toEqual({ pieces: ['a{n}'] });
  });

  it.each([
    ['', /empty/],
    ['${given', /never closed/],
    ['${}', /empty/],
    ['${givn}', /did you mean given/],
    ['${no such}', /no attribute "no such"/],
    ['${lower(}', /in \$\{lower\(\}/],
    ['x'.repeat(5_000), /longer than/],
  ])('%s is refused', (template, message) => {
    const compiled = compileTemplate(template, space, false);
    expect('problem' in compiled && compiled.problem.en).toMatch(message);
  });

  it('parse into text and placeholders', () => {
    expect(parseTemplate('a${b}c')).toEqual({ parts: [{ text: 'a' }, { placeholder: 'b' }, { text: 'c' }] });
  });
});
