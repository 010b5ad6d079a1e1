import { Link } from 'react-router';

const ADDRESS: Readonly<Record<string, string>> = { case: '/requests/', alc: '/cloud/allocations/', sys: '/cloud/systems/' };

/** Requests and allocations that a text names lead there. */
export const Linked = ({ text }: { readonly text: string }) => (
  <>
    {text.split(/\b((?:case|alc|sys)_[0-9A-Z]{26})\b/).map((part, index) => {
      const address = index % 2 === 1 ? ADDRESS[part.slice(0, part.indexOf('_'))] : undefined;
      return address === undefined ? (
        part
      ) : (
        <Link key={part} className="link" to={`${address}${part}`}>
          {part.slice(-6)}
        </Link>
      );
    })}
  </>
);
