using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeAgent.Inference.Bundles;

/// <summary>Reads <c>"calibration": "none"</c> as <c>"calibration": { "over": "none" }</c>.</summary>
internal sealed class CalibrationConverter : JsonConverter<ManifestCalibration>
{
    public override ManifestCalibration Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String
            ? new ManifestCalibration { Over = reader.GetString()! }
            : JsonSerializer.Deserialize(ref reader, BundleManifestJson.Default.ManifestCalibration)
                ?? throw new JsonException("calibration is null; expected an object, or \"none\"");

    public override void Write(Utf8JsonWriter writer, ManifestCalibration value, JsonSerializerOptions options) =>
        JsonSerializer.Serialize(writer, value, BundleManifestJson.Default.ManifestCalibration);
}
