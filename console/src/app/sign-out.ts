// Leaving: the sign-in pages are the server's own, and so is the form that ends a session.

export function signOut(): void {
  const form = document.createElement('form');
  form.method = 'post';
  form.action = '/sign-out';
  document.body.append(form);
  form.submit();
}
