using System.Text.Json;
using EdgeAgent.Files;
using EdgeAgent.Pipeline.Common;

namespace EdgeAgent.Pipeline.Sources.Mqtt;

/// <summary>A few names in a small file that is always whole: the old ones or the new.</summary>
internal static class NameFile
{
    /// <summary>None where there is no file yet, or a damaged one.</summary>
    public static string[] Read(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(NamedFile.ReadBytes(path, FileLimits.Note));
            return [.. json.RootElement.EnumerateArray().Select(e => e.GetString()).OfType<string>()];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    /// <summary>False, with the reason, when the disk refuses.</summary>
    public static bool TryWrite(string path, IEnumerable<string> names, out string failure)
    {
        failure = "";
        try
        {
            PrivateFiles.CreateFolder(Path.GetDirectoryName(path)!);
            using (var stream = PrivateFiles.OpenNew(path + ".new"))
            {
                using var json = new Utf8JsonWriter(stream);
                json.WriteStartArray();
                foreach (var name in names)
                    json.WriteStringValue(name);
                json.WriteEndArray();
            }
            File.Move(path + ".new", path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = e.Message;
            return false;
        }
    }
}
