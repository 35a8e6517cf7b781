// Where the console begins: language, theme, who is signed in, then the page of the address.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import i18next from 'i18next';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { RouterProvider } from 'react-router';
import { ApiError } from './api/client.ts';
import { meQuery } from './api/hooks.ts';
import './app/base.css';
import './app/motion.css';
import { Dress } from './app/dress.tsx';
import { router } from './app/router.tsx';
import { startLanguages } from './i18n/i18n.ts';

const TRIES = 2;

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // What the server refused it would refuse again.
      retry: (failures, error) => failures < TRIES && error instanceof ApiError && error.problem.status === 0,
    },
  },
});

await startLanguages();
// What the server has said, it said in the other language.
i18next.on('languageChanged', () => void client.invalidateQueries());
// Asked while the page is put together.
void client.prefetchQuery(meQuery);
createRoot(document.querySelector('#root')!).render(
  <StrictMode>
    <QueryClientProvider client={client}>
      <Dress>
        <RouterProvider router={router} />
      </Dress>
    </QueryClientProvider>
  </StrictMode>,
);
