"""The fields of an `auth` with an API key."""

import hashlib
import hmac
import secrets
import time


def signed(key, secret, timestamp=None, nonce=None):
    """As protocol.md says, and docs/authentication.md shows."""
    timestamp = int(time.time() * 1000) if timestamp is None else timestamp
    nonce = secrets.token_hex(16) if nonce is None else nonce
    text = f"{timestamp}.{nonce}.{key}"
    signature = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    return {"apiKey": key, "timestamp": timestamp, "nonce": nonce, "signature": signature}
