"""Why nothing could be downloaded or stored: in words, with what to do or whom to ask."""

import errno
import os
import re
import urllib.parse
import urllib.request

TRY_AGAIN = "the connection broke off or is too slow; run the cell again with a better one"
NO_CONNECTION = (
    "there is no connection to the internet; connect (on Kaggle: Settings, Internet on; where the "
    "network has a proxy: set HTTPS_PROXY to its address before Python starts) and run the cell "
    "again"
)
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")  # in the order in which requests reads them


def explain(problem: Exception, url: str) -> str:
    """Say why a download failed.

    Parameters
    ----------
    problem : Exception
        What `requests` or the file system raised.
    url : str
        The address that was asked.

    Returns
    -------
    str
        Words without a capital and a full stop, as they end "it could not be downloaded: ...". No
        path of this machine is in them.

    Examples
    --------
    >>> explain(OSError(errno.ENOSPC, "No space left on device"), "https://example.org/mnist.npz")
    'the disk is full; free some space and run the cell again'
    """
    from requests import exceptions

    host = urllib.parse.urlsplit(url).hostname
    match problem:
        case exceptions.HTTPError(response=response) if response is not None:
            return _of_status(response.status_code, host)
        case exceptions.ProxyError():
            return _of_proxy(str(problem), host, _proxy_variable(url))
        case exceptions.SSLError():
            return _of_certificate(str(problem), host)
        case exceptions.InvalidURL() | exceptions.InvalidSchema() | exceptions.InvalidProxyURL():
            return (
                f"{_proxy_variable(url)} holds no address that works; ask your administrator for "
                "the right one, as in http://proxy.example:8080, or unset it where none is needed"
            )
        case exceptions.RequestException():
            return TRY_AGAIN
        case OSError() if "TLS CA certificate bundle" in str(problem):
            return _wrong_bundle()
        case OSError():
            return cannot_write(problem)
    raise problem


def cannot_write(problem: OSError) -> str:
    """Why a file cannot be put into Keras' cache, and what to do.

    Parameters
    ----------
    problem : OSError
        What the file system raised.

    Returns
    -------
    str
        As in `explain`.

    Examples
    --------
    >>> cannot_write(PermissionError(errno.EACCES, "Permission denied"))
    "Keras' cache folder cannot be written; set KERAS_HOME to a folder that can, before Python ..."
    """
    if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "the disk is full; free some space and run the cell again"
    return (
        "Keras' cache folder cannot be written; set KERAS_HOME to a folder that can, "
        "before Python starts"
    )


def _of_status(status: int, host: str | None) -> str:
    if status == 407:
        return _PASSWORD
    if status in (403, 451):
        return (
            f"its address answered with error {status}, which often is the network's answer and "
            f"not the address'; ask your administrator to allow {host}"
        )
    return f"its address answered with error {status}; try again later"


_PASSWORD = (
    "the network's proxy wants a name and a password; ask your administrator for them, and set "
    "HTTPS_PROXY to http://name:password@proxy:port before Python starts"
)


def _of_proxy(message: str, host: str | None, variable: str) -> str:
    refused = re.search(r"Tunnel connection failed: (\d+)", message)
    if refused and refused[1] == "407":
        return _PASSWORD
    if refused:
        return (
            f"the network's proxy refused (error {refused[1]}); ask your administrator to allow "
            f"{host}"
        )
    return (
        f"the proxy that {variable} names cannot be reached; ask your administrator for the right "
        "address, or unset it where the network needs none"
    )


def _proxy_variable(url: str) -> str:
    scheme = urllib.parse.urlsplit(url).scheme
    names = (f"{scheme}_proxy", "all_proxy")
    every = [spelling for name in names for spelling in (name, name.upper())]
    found = [name for name in every if os.environ.get(name)]
    # Windows and macOS keep a proxy in their own settings too.
    return found[-1] if found else "this machine's network settings"


def _of_certificate(message: str, host: str | None) -> str:
    if "CERTIFICATE_VERIFY_FAILED" not in message:
        is_bundle = re.search("NO_CERTIFICATE|PEM|NO_START_LINE", message)
        return _wrong_bundle() if is_bundle and _bundle() else TRY_AGAIN
    if "expired" in message or "not yet valid" in message:
        return f"the certificate of {host} is not valid today; check this machine's date and time"
    return (
        f"this machine does not trust the certificate that {host} showed, as where a network looks "
        "into encrypted connections; ask your administrator for the network's file of "
        "certificates, and name it in REQUESTS_CA_BUNDLE before Python starts"
    )


def _bundle() -> str | None:
    return next((name for name in _BUNDLES if os.environ.get(name)), None)


def _wrong_bundle() -> str:
    return (
        f"the file of certificates that {_bundle()} names is not there or holds none; correct "
        "the variable or unset it, before Python starts"
    )
