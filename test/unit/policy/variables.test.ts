import { describe, expect, it } from 'vitest';
import { compileService, noticesOf, refusalsOf, serviceOf } from './submission.ts';

/** With `SET=1` and `EMPTY=` in `.env`. */
const ENV = { '.env': 'SET=1\nEMPTY=\n' };

function valueOf(template: string): string | undefined {
  return serviceOf(compileService(`environment: {V: '${template}'}`, '', ENV)).environment['V'];
}

describe('variables in a compose file', () => {
  it.each([
    ['${SET}', '1'],
    ['$SET', '1'],
    ['a${SET}b$SET-c', 'a1b1-c'],
    ['$$SET', '$SET'],
    ['${SET:-d}', '1'],
    ['${EMPTY:-d}', 'd'],
    ['${EMPTY-d}', ''],
    ['${UNSET-d}', 'd'],
    ['${UNSET:-${SET}}', '1'],
    ['${UNSET:-${OTHER:-q}}r', 'qr'],
    ['${SET:+d}', 'd'],
    ['${EMPTY:+d}', ''],
    ['${EMPTY+d}', 'd'],
    ['${UNSET+d}', ''],
    ['${SET:?needed}', '1'],
    ['$', '$'],
    ['100%$', '100%$'],
    ['$1', '$1'],
    ['${UNSET}', ''],
    ['${PWD}/src', './src'],
  ])('%s is %j', (template, expected) => {
    expect(valueOf(template)).toBe(expected);
  });

  it.each([
    ['${UNSET:?needed}', 'compose.variable.required'],
    ['${EMPTY:?}', 'compose.variable.required'],
    ['${SET', 'compose.variable.malformed'],
    ['${}', 'compose.variable.malformed'],
    ['${1}', 'compose.variable.malformed'],
    ['${SET/a/b}', 'compose.variable.malformed'],
  ])('%s is refused', (template, rule) => {
    expect(refusalsOf(compileService(`environment: {V: '${template}'}`, '', ENV))).toEqual([`${rule}@4:22`]);
  });

  it('tells of a variable that nobody sets', () => {
    expect(noticesOf(compileService('hostname: a$NOBODY'))).toContain('compose.variable.unset');
  });

  it('knows nothing of the process that grades', () => {
    const outcome = compileService('environment: [PATH, HOME, "P=$PATH"]');

    expect(serviceOf(outcome).environment).toEqual({ P: '' });
  });

  it('can’t be multiplied without end', () => {
    const doubling = Array.from({ length: 24 }, (_, index) => `V${index + 1}=$V${index}$V${index}`).join(
      '\n',
    );
    const outcome = compileService('environment: {V: $V24}', '', { '.env': `V0=xxxxxxxxxx\n${doubling}\n` });

    expect(refusalsOf(outcome)).toContain('compose.dotenv.syntax@12:1');
  });

  it('don’t steer Compose from .env', () => {
    const outcome = compileService('', '', { '.env': 'COMPOSE_FILE=other.yaml\n' });

    expect(noticesOf(outcome)).toContain('compose.dotenv.steering');
  });
});

describe('files of variables', () => {
  it('are read as Compose reads them', () => {
    const file = `A=1
B="x $$y \${A} \${Q:-d}"
C='l $A' # comment
# comment
export D=5 # c
F: yaml
G="a\\nb"
H=a#b
I="m
n"
J= x y 
\uFEFFK=1`;
    const outcome = compileService('env_file: .e', '', { '.e': file.replace('\uFEFF', '') });

    expect(serviceOf(outcome).environment).toEqual({
      A: '1',
      B: 'x $y 1 d',
      C: 'l $A',
      D: '5',
      F: 'yaml',
      G: 'a\nb',
      H: 'a#b',
      I: 'm\nn',
      J: 'x y',
      K: '1',
    });
  });

  it('lie under environment, later ones over earlier ones', () => {
    const outcome = compileService('env_file: [.e, .f]\nenvironment: {A: 3, B: }', '', {
      '.e': 'A=1\nB=5\nC=6',
      '.f': 'C=${A}7',
    });

    expect(serviceOf(outcome).environment).toEqual({ A: '3', C: '17' });
  });

  it('may be missing where they aren’t required', () => {
    expect(serviceOf(compileService('env_file: [{path: nope, required: false}]')).environment).toEqual({});
  });

  it('may be missing where the hand-out has them, since not everybody commits such a file', () => {
    const outcome = compileService('env_file: ./config/.env\nenvironment: {A: 1}');

    expect(serviceOf(outcome).environment).toEqual({ A: '1' });
  });

  it.each([
    ['env_file: nope', 'compose.env_file.missing@4:15'],
    ['env_file: [/proc/1/environ]', 'compose.env_file.outside@4:16'],
    ['env_file: ../other.env', 'compose.env_file.outside@4:15'],
    ['env_file: {path: x}', 'compose.env_file.missing@4:22'],
    ['env_file: .bad', 'compose.env_file.syntax@2:1'],
  ])('refuse %s', (line, expected) => {
    expect(refusalsOf(compileService(line, '', { '.bad': 'A=1\nB="open\n' }))).toEqual([expected]);
  });
});
