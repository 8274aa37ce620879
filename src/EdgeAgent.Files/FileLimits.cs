namespace EdgeAgent.Files;

/// <summary>How large a file of each kind may be, in bytes: generous for what is meant, little for memory.</summary>
public static class FileLimits
{
    /// <summary>The configuration and its drop-ins; our longest example has 10 KB.</summary>
    public const long Configuration = 4L << 20;
    /// <summary>A password.</summary>
    public const long Secret = 64L << 10;
    /// <summary>Certificates and keys; the certificates of a whole system have 250 KB.</summary>
    public const long Certificate = 4L << 20;
    /// <summary>A bundle's manifest.</summary>
    public const long Manifest = 4L << 20;
    /// <summary>A bundle's golden windows.</summary>
    public const long Golden = 64L << 20;
    /// <summary>A bundle's model, and each file of weights beside it; an ONNX file has 2 GiB at most.</summary>
    public const long Model = 2L << 30;
    /// <summary>A recording, packed and unpacked.</summary>
    public const long Recording = 1L << 30;
    /// <summary>Messages one after the other, as they were recorded: never held whole.</summary>
    public const long Messages = 1L << 40;
    /// <summary>What the agent has learned of devices.</summary>
    public const long Checkpoint = 1L << 30;
    /// <summary>Short notes of the agent to itself: names, paths, ids.</summary>
    public const long Note = 4L << 20;
    /// <summary>The outbox and its log.</summary>
    public const long Store = 1L << 40;
}
