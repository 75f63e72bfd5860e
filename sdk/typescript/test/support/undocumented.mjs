// Prints the exported names, and the members of exported classes, that have no documentation.
//
//   node test/support/undocumented.mjs dist/esm/index.d.ts

import ts from 'typescript';

const [file] = process.argv.slice(2);
const program = ts.createProgram([file], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
  types: [],
});
const checker = program.getTypeChecker();
const exported = checker.getExportsOfModule(checker.getSymbolAtLocation(program.getSourceFile(file)));
const silent = (symbol) => symbol.getDocumentationComment(checker).length === 0;

for (const alias of exported) {
  const symbol = alias.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(alias) : alias;
  if (silent(symbol)) console.log(symbol.name);
  if (!(symbol.flags & ts.SymbolFlags.Class)) continue;
  for (const [name, member] of symbol.members ?? []) {
    const declared = member.declarations?.[0];
    const own =
      declared &&
      !ts.isPrivateIdentifier(declared.name ?? declared) &&
      !ts.isConstructorDeclaration(declared) &&
      !ts.isTypeParameterDeclaration(declared);
    if (own && name !== 'name' && silent(member)) console.log(`${symbol.name}.${member.name}`);
  }
}
