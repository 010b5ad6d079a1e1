import '@fontsource-variable/noto-sans-sc';
import './styles.css';
import './pages.css';
// Last: it takes back what a wide screen has.
import './phone.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
