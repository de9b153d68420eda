"""Which proxy a URL is reached through, by the environment or the system's settings, as httpx2 decides it."""

from __future__ import annotations

import ipaddress
from urllib.request import getproxies, proxy_bypass


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
