import { lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { Fragment, type ReactNode } from 'react';

/** Markdown as elements, made from its tokens: no HTML of the text is ever put into the page. */
export function Markdown({ text }: { readonly text: string }) {
  return <div className="markdown">{blocks(lexer(text))}</div>;
}

const KNOWN: ReadonlySet<string> = new Set([
  ...[
    'blockquote',
    'br',
    'checkbox',
    'code',
    'codespan',
    'def',
    'del',
    'em',
    'escape',
    'heading',
    'hr',
    'html',
  ],
  ...['image', 'link', 'list', 'list_item', 'paragraph', 'space', 'strong', 'table', 'text'],
]);

function isKnown(token: Token): token is MarkedToken {
  return KNOWN.has(token.type);
}

function blocks(tokens: readonly Token[] | undefined): ReactNode[] {
  // Tokens have no identity of their own, and the text never changes while it is shown.
  return (tokens ?? []).map((token, index) => (
    <Fragment key={index}>{isKnown(token) ? element(token) : token.raw}</Fragment>
  ));
}

function element(token: MarkedToken): ReactNode {
  switch (token.type) {
    case 'heading':
      return heading(token);
    case 'paragraph':
      return <p>{blocks(token.tokens)}</p>;
    case 'text':
      return token.tokens === undefined ? token.text : blocks(token.tokens);
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case 'codespan':
      return <code>{token.text}</code>;
    case 'strong':
      return <strong>{blocks(token.tokens)}</strong>;
    case 'em':
      return <em>{blocks(token.tokens)}</em>;
    case 'del':
      return <del>{blocks(token.tokens)}</del>;
    case 'br':
      return <br />;
    case 'hr':
      return <hr />;
    case 'link':
      return safeLink(token.href) ? (
        <a href={token.href} rel="noreferrer">
          {blocks(token.tokens)}
        </a>
      ) : (
        blocks(token.tokens)
      );
    case 'list':
      return list(token);
    case 'list_item':
      return <li>{blocks(token.tokens)}</li>;
    case 'blockquote':
      return <blockquote>{blocks(token.tokens)}</blockquote>;
    case 'table':
      return table(token);
    case 'escape':
      return token.text;
    case 'html':
    case 'image':
      return token.text;
    case 'checkbox':
    case 'def':
    case 'space':
      return null;
  }
}

/** The page has its own first heading, so the text's headings start below it. */
function heading(token: Tokens.Heading): ReactNode {
  if (token.depth === 1) return <h2>{blocks(token.tokens)}</h2>;
  return token.depth === 2 ? <h3>{blocks(token.tokens)}</h3> : <h4>{blocks(token.tokens)}</h4>;
}

function list(token: Tokens.List): ReactNode {
  const items = token.items.map((item, index) => <li key={index}>{blocks(item.tokens)}</li>);
  if (!token.ordered) return <ul>{items}</ul>;
  return <ol start={typeof token.start === 'number' ? token.start : 1}>{items}</ol>;
}

function table(token: Tokens.Table): ReactNode {
  return (
    <div className="table-wrap" tabIndex={0} role="group" aria-label="Table">
      <table className="table">
        <thead>
          <tr>
            {token.header.map((cell, index) => (
              <th key={index} scope="col">
                {blocks(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{blocks(cell.tokens)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function safeLink(href: string): boolean {
  return /^(https?:|mailto:|#|\/(?!\/))/i.test(href);
}
