import { useState } from 'preact/hooks';

const DARK = '(prefers-color-scheme: dark)';

/** Light or dark, as the system says until somebody says otherwise. Nothing is remembered: the page writes nothing. */
export function ThemeButton() {
  const [theme, setTheme] = useState(() => (matchMedia(DARK).matches ? 'dark' : 'light'));
  const other = theme === 'dark' ? 'light' : 'dark';
  return (
    <button
      type="button"
      class="theme"
      onClick={() => {
        document.documentElement.dataset['theme'] = other;
        setTheme(other);
        document.dispatchEvent(new Event('themechange'));
      }}
    >
      {other === 'dark' ? '☾ Dark' : '☀ Light'}
    </button>
  );
}
