import { Button, type ButtonProps } from 'antd';
import { useNavigate } from 'react-router';

interface Props extends Omit<ButtonProps, 'href' | 'onClick'> {
  readonly to: string;
}

/** Looks like a button, and is a link: it opens in another tab, and tells where it leads. */
export const LinkButton = ({ to, ...props }: Props) => {
  const navigate = useNavigate();
  return (
    <Button
      {...props}
      href={to}
      onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        void navigate(to);
      }}
    />
  );
};
