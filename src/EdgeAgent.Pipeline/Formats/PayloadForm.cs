namespace EdgeAgent.Pipeline.Formats;

/// <summary>What a payload looks like, whatever the source expects.</summary>
internal enum PayloadForm
{
    /// <summary>Nothing, or white space alone.</summary>
    Empty,
    /// <summary>An object or array of JSON that ends where it should.</summary>
    Json,
    /// <summary>It begins as JSON does, and does not end so.</summary>
    CutJson,
    /// <summary>A JSON text that holds JSON.</summary>
    JsonInText,
    /// <summary>JSON in single quotes.</summary>
    SingleQuotes,
    /// <summary>JSON or a bare number, with a comma before the decimals.</summary>
    DecimalComma,
    /// <summary>JSON with a number such as 010.</summary>
    LeadingZero,
    Xml,
    Gzip,
    Zlib,
    Zstd,
    Cbor,
    MessagePack,
    /// <summary>Protobuf of Sparkplug B, by its topic.</summary>
    Sparkplug,
    /// <summary>Line protocol, as of InfluxDB.</summary>
    LineProtocol,
    /// <summary>A number and nothing else.</summary>
    Number,
    /// <summary>Text of no form known here.</summary>
    Text,
    Binary,
}
