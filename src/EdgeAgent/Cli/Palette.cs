namespace EdgeAgent.Cli;

/// <summary>Colours where there is a terminal that wants them, and the marks that say the same without.</summary>
internal sealed class Palette(bool isColoured)
{
    public static Palette Of(bool isRedirected) => new(!isRedirected && Environment.GetEnvironmentVariable("NO_COLOR") is null or "");

    public string Good(string text) => Dress("32", text);

    public string Warn(string text) => Dress("33", text);

    public string Bad(string text) => Dress("31", text);

    public string Bold(string text) => Dress("1", text);

    public string Faint(string text) => Dress("2", text);

    private string Dress(string code, string text) => isColoured ? $"\e[{code}m{text}\e[0m" : text;
}
