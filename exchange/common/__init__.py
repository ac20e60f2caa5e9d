"""What every app may use and no app owns; it imports none of them."""
