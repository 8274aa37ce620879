namespace EdgeAgent.Cli;

/// <summary>What the program's end means to scripts and to the service manager.</summary>
internal static class ExitCodes
{
    public const int Fine = 0;
    public const int Failed = 1;
    public const int WrongUsage = 2;
    /// <summary>EX_CONFIG of sysexits.h; the service does not restart on it.</summary>
    public const int BadConfiguration = 78;
}
