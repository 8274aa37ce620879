using System.Runtime.InteropServices;

namespace EdgeAgent.Trials;

/// <summary>A system call: each processor has a table of numbers of its own.</summary>
/// <param name="Name">As the kernel's headers name it.</param>
/// <param name="X64">Its number on x86-64.</param>
/// <param name="Arm64">Its number on ARM64; <see cref="None"/> where that has no such call.</param>
internal readonly record struct SystemCall(string Name, int X64, int Arm64)
{
    /// <summary>In place of a number: the processor has no such call.</summary>
    public const int None = -1;

    /// <summary>Its number on this processor, or <see cref="None"/>.</summary>
    public int Number => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => X64,
        Architecture.Arm64 => Arm64,
        _ => None,
    };
}
