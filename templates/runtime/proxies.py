"""Which proxy a URL is reached through, by the environment or the system's settings, as httpx2 decides it."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from .extras import require

_SCHEMES = ("http", "https", "socks5", "socks5h")


def proxy_for(scheme: str, host: str, port: int | None) -> str | None:
    """Return the URL of the proxy for an origin, or None if it is reached directly.

    HTTP_PROXY, HTTPS_PROXY and ALL_PROXY name the proxies; NO_PROXY lists hosts, domains, addresses and networks.
    """
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    if not proxy or _listed(host, proxies.get("no", "")):
        return None
    if proxy_bypass(host if port is None else f"{host}:{port}"):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def check_proxy(address: str) -> None:
    """Refuse the URL of a proxy that cannot be used. No message shows it: it may hold a password.

    Raises:
        ImportError: It needs an extra that is not installed.
        ValueError: It is not the URL of a proxy.
    """
    scheme = address.partition("://")[0]
    try:
        parts = urlsplit(address)
        usable = scheme in _SCHEMES and parts.hostname and (parts.port or 1)
    except ValueError:
        usable = False
    if not usable:
        raise ValueError(
            "the proxy (proxy=, or HTTP_PROXY, HTTPS_PROXY or ALL_PROXY in the environment) must be a URL "
            "such as http://proxy.example.com:3128; its scheme may be " + ", ".join(_SCHEMES)
        )
    if scheme.startswith("socks"):
        require("socksio", "a SOCKS proxy", "socks")


def _listed(host: str, exceptions: str) -> bool:
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    for entry in exceptions.split(","):
        try:
            network = ipaddress.ip_network(entry.strip().strip("[]"), strict=False)
        except ValueError:
            continue
        if address in network:
            return True
    return False
