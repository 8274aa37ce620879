using System.Runtime.InteropServices;

namespace EdgeAgent.Pipeline.Ingest.Mqtt;

/// <summary>
/// Says whether .NET will find OpenSSL, which it needs for TLS. It must be asked first: .NET ends the whole program when
/// the library is not there.
/// </summary>
internal static class OpenSsl
{
    /// <summary>What to do about it, for an operator.</summary>
    public const string Missing = "TLS needs OpenSSL, and this machine has none (libssl.so.3 or libssl.so.1.1; on Debian and Ubuntu: apt-get install openssl)";

    /// <summary>The names that .NET 10 tries, the version named in its own variable first.</summary>
    private static readonly string[] Names = ["libssl.so.3", "libssl.so.1.1", "libssl.so.1.0.2", "libssl.so.1.0.0", "libssl.so.10"];

    private static bool _isThere;

    /// <summary>Looked for anew until it is there, so that installing it is enough.</summary>
    public static bool IsThere => _isThere = _isThere || Find();

    /// <exception cref="IOException">There is none; the connection is tried again later, like any other.</exception>
    public static void Require()
    {
        if (!IsThere) throw new IOException(Missing);
    }

    private static bool Find() => Overridden().Concat(Names).Any(n => NativeLibrary.TryLoad(n, out _));

    private static IEnumerable<string> Overridden() =>
        Environment.GetEnvironmentVariable("CLR_OPENSSL_VERSION_OVERRIDE") is { Length: > 0 } version ? [$"libssl.so.{version}"] : [];
}
