// The code blocks of a page that its reader, and the tests, run.
//
//   ```sh run            run as it stands, in the page's directory; variables it exports stay for the next ones
//   ```js run            run by node, with the SDK at hand
//   ```js file=x.mjs     written to a file for the blocks after it
//   ```sh run=postgres   run where that database is at hand
//   ```sh run=nginx      run where that program is installed
//   <!-- sh run … -->    run and not shown: what a test wants to be sure of

const FENCE = /^(`{3,})(\w+) (run|run=[\w-]+|file=[\w.-]+)\n([\s\S]*?)^\1$/gm;
const HIDDEN = /^<!-- (\w+) (run|run=[\w-]+)\n([\s\S]*?)^-->$/gm;

/** All of them in the order of the page, as { line, language, file, needs, code }. */
export function blocksOf(markdown) {
  const found = [];
  for (const { index, 2: language, 3: word, 4: code } of markdown.matchAll(FENCE)) found.push({ index, language, word, code });
  for (const { index, 1: language, 2: word, 3: code } of markdown.matchAll(HIDDEN)) found.push({ index, language, word, code });
  found.sort((a, b) => a.index - b.index);
  return found.map(({ index, language, word, code }) => {
    const [what, value] = word.split('=');
    const line = markdown.slice(0, index).split('\n').length;
    return { line, language, file: what === 'file' ? value : null, needs: what === 'run' ? value : undefined, code };
  });
}

/** How a block of a language is run, in a shell that knows the variables the page exported so far. */
export const COMMANDS = { sh: 'exec bash "$0"', js: 'exec node "$0"' };
/** What files of a language are called. */
export const EXTENSIONS = { sh: 'sh', js: 'mjs' };
