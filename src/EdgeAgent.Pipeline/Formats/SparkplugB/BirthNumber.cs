namespace EdgeAgent.Pipeline.Formats.SparkplugB;

/// <summary>The metric <c>bdSeq</c>: an edge node's birth and the death that ends its session have the same.</summary>
internal static class BirthNumber
{
    private const int MetricsField = 2;

    public static ReadOnlySpan<byte> Name => "bdSeq"u8;

    /// <summary>Null where the payload has none.</summary>
    public static ulong? Of(ReadOnlySpan<byte> payload)
    {
        var reader = new ProtobufReader(payload);
        while (reader.Read())
            if (reader.Field == MetricsField && SparkplugMetric.TryRead(reader.Bytes, out var metric) && metric.Name.SequenceEqual(Name)
                && metric.Value.Form is SparkplugForm.Int or SparkplugForm.Long)
                return metric.Value.Number;
        return null;
    }
}
