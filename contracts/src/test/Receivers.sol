// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.37;

/// Refuses native coin.
contract RejectingReceiver {
    receive() external payable {
        revert("rejected");
    }
}

/// Burns all the gas it gets when native coin arrives.
contract GasBurningReceiver {
    receive() external payable {
        assembly {
            invalid()
        }
    }
}

/// Takes native coin, but needs 100 000 gas for it and refuses when it gets less.
contract CostlyReceiver {
    receive() external payable {
        uint256 end = gasleft() - 100_000;
        while (gasleft() > end) {}
    }
}

/// Runs a prepared call, such as a flush of the account that is paying it, whenever native coin arrives.
contract ReenteringReceiver {
    address public target;
    bytes public data;
    uint256 public attempts;
    uint256 public successes;

    function prepare(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    receive() external payable {
        if (target == address(0)) return;
        attempts++;
        (bool ok,) = target.call(data);
        if (ok) successes++;
    }
}
